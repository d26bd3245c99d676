"""Protocol packs: what each clinic's own document says, from YAML to the database and back."""
