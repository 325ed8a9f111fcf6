"""Mending a draft person by person: months without a payer, money left over, head counts."""
