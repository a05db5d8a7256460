"""Figures over the years: who went where, rounds, answers, costs, agreements, how stays go."""
