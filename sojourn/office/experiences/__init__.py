"""Experience reports to moderate, and the people who wrote them."""
