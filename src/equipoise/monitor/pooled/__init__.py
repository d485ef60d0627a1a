"""What may be known without knowing arms."""
