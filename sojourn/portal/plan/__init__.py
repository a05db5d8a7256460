"""The student's plan: profile, fit, top five, costs, language, dates, courses."""
