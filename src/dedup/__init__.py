"""Finds copies of news stories in a folder of scraped articles."""
