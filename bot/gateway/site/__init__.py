"""What the gateway shows in a browser besides the API: the widget, a demo site per clinic."""
