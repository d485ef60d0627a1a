"""Published curves, and the patients behind them."""
