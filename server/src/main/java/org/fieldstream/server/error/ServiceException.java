package org.fieldstream.server.error;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure told to a client: a code, a sentence of the form {@code field: value (expected: ...)}
 * where a field is at fault, and after how long a retry makes sense.
 */
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String sentence;
  private final @Nullable String field;
  private final transient @Nullable Duration retryAfter;

  private ServiceException(
      ErrorCode code,
      String sentence,
      @Nullable String field,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(sentence, cause);
    this.code = Objects.requireNonNull(code, "code");
    this.sentence = sentence;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  /** A failure without a field. */
  public static ServiceException of(ErrorCode code, String sentence) {
    return new ServiceException(code, sentence, null, null, null);
  }

  /** A failure without a field, with what caused it; the cause is logged and never sent. */
  public static ServiceException of(ErrorCode code, String sentence, Throwable cause) {
    return new ServiceException(code, sentence, null, null, cause);
  }

  /**
   * A field at fault.
   *
   * @param path the field's path in the request message, for example {@code target.extents}
   * @param sentence the whole sentence, for example {@code extents: 7 x 7 (expected: 8 x 8)}
   */
  public static ServiceException field(ErrorCode code, String path, String sentence) {
    return new ServiceException(code, sentence, path, null, null);
  }

  /** A passing failure: the same request may succeed later. */
  public static ServiceException retryable(ErrorCode code, String sentence, Duration retryAfter) {
    return new ServiceException(code, sentence, null, retryAfter, null);
  }

  /** What kind of failure. */
  public ErrorCode code() {
    return code;
  }

  /** The sentence for the client. */
  public String sentence() {
    return sentence;
  }

  /** Path of the field at fault; null where none is. */
  public @Nullable String field() {
    return field;
  }

  /** When a retry makes sense; null where it does not. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
