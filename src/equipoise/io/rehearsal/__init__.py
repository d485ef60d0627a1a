"""Reading how a trial is rehearsed: conduct, scenarios and multi-state courses."""
