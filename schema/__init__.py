"""The ground floor: text, codebook, events, tables, ledger and standing. Knows no other room."""
