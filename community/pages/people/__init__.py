"""The one-person page of the desk: who it is, what each part of the house has of them, and all of it on one timeline."""
