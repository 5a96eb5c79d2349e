/** The blob containers, declared once: the local start creates them, Bicep is checked against them. */
export const BLOB_CONTAINERS = ["uploads", "thumbnails", "upkeep", "reports"] as const;
