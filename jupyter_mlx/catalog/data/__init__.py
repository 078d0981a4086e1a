"""What is in tables: reading, previews, profiles, quality, and the code that reads them."""
