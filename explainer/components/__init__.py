"""What needs the browser: the only HTML, CSS and JavaScript of the project."""
