"""The database: tables, migrations, and one store per noun behind the unit of work."""
