"""Studies put together, on paper: forests, funnels, league tables, and how far they hold."""
