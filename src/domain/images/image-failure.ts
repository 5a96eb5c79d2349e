/** Why an image failed. Codes are contract; each one tells the client what to do next. */
export type ImageFailureCode =
  /** Not one of the formats, whatever its name says: send another file. */
  | "image-format-unsupported"
  /** Truncated or broken: send the file again. */
  | "image-damaged"
  /** More than `MAX_PIXELS` over all frames: send a smaller one. */
  | "image-too-many-pixels"
  /** More than `MAX_UPLOAD_BYTES`: send a smaller one. */
  | "image-too-large"
  /** No bytes: send the file. */
  | "image-empty"
  /** Took longer than is allowed: send a simpler one. */
  | "image-too-slow"
  /** Ended the process that read it, again and again: send another file. */
  | "image-unreadable"
  /** Nothing came by the link: ask for a new one. */
  | "upload-link-expired"
  /** The file is gone from storage: send it again. */
  | "upload-lost";

export interface ImageFailure {
  readonly code: ImageFailureCode;
  /** For people; may change. */
  readonly message: string;
}
