"""The smallest honest host app: an advisers' site with Book Now, its sign-in, its own table of prospects."""
