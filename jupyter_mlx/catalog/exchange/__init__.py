"""The catalog and those of others: AWS Glue's Data Catalog with Lake Formation's tags, both ways."""
