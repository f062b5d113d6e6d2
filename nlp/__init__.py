"""From segments of Dutch government prose to an Analysis; knows neither web nor database."""
