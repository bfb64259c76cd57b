"""Every sentence the bot says, one module for each area."""
