"""The terminal app: screens and widgets over the headless rooms."""
