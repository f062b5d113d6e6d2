"""The database in a browser: Datasette with our titles, descriptions and a few rules of conduct."""
