"""What the gateway sends by itself: reminders to patients, mails, notices to the clinic."""
