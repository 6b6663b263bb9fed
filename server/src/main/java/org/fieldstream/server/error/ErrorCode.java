package org.fieldstream.server.error;

/** Kinds of failure a client can meet; the reason in its error details is the name. */
public enum ErrorCode {
  /** A field of the request is at fault. */
  BAD_FIELD,
  /** The request cannot be read as the message it should be. */
  BAD_MESSAGE,
  /** No such model. */
  UNKNOWN_MODEL,
  /** A model of this id exists. */
  MODEL_EXISTS,
  /** The model cannot be removed: it ships with the server, is in use, or is another one. */
  MODEL_KEPT,
  /** A training went wrong. */
  TRAINING_FAILED,
  /** No such ensemble. */
  UNKNOWN_ENSEMBLE,
  /** The ensemble exists, and is another one than the request says. */
  ENSEMBLE_DIFFERS,
  /** Another program writes to the ensemble. */
  ENSEMBLE_IN_USE,
  /** No such series of measurements. */
  UNKNOWN_SERIES,
  /** No such service, in a health check. */
  UNKNOWN_SERVICE,
  /** A resume token that cannot be continued with this request. */
  BAD_RESUME_TOKEN,
  /** A resume token made with another version of the model. */
  MODEL_CHANGED,
  /** The model cannot be corrected as the request wants it: its log q is not exact. */
  NOT_EXACT,
  /** log q of the model cannot be evaluated at a field that is not one of its draws. */
  NO_DENSITY,
  /** Measurements cannot be kept here as things are. */
  STORE_UNUSABLE,
  /** A quota is used up. */
  QUOTA_EXCEEDED,
  /** The client's deadline passed. */
  DEADLINE_PASSED,
  /** The server is shutting down. */
  DRAINING,
  /** The method is not offered by this server. */
  METHOD_NOT_OFFERED,
  /** The machine failed in the middle of a stream, and another serves the model from now on. */
  MACHINE_CHANGED,
  /** The generator or its device failed. */
  DEVICE_FAILED,
  /** A fault of the server. */
  INTERNAL
}
