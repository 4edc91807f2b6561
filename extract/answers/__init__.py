"""What a tracker asks of notices: how much money, who has which duty. Nothing is stated anew."""
