"""Development tools: services, the one-command start, catalogues, checks. Never imported by the product."""
