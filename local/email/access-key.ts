/** The key that the mail sink of every machine has; it opens nothing but local mail. */
export const MAIL_ACCESS_KEY = "c3RvY2tyb29tLW9uLXRoaXMtbWFjaGluZQ==";
