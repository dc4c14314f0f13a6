"""What makes cases: worlds, and schemas, policies, entities, requests and texts of them. Knows no engine."""
