package org.fieldstream.client.sdk;

import io.vertx.grpc.common.GrpcStatus;
import org.jspecify.annotations.Nullable;

/**
 * A call that cannot succeed by being repeated: the server refused it, the stream broke a promise,
 * or every attempt to reach the server failed for too long.
 */
public final class FieldstreamException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final GrpcStatus status;
  private final @Nullable String field;

  /**
   * @param status the gRPC status, as sent by the server or, for what the client itself found, the
   *     nearest one: {@code DATA_LOSS} for a damaged stream, {@code UNAVAILABLE} for an unreachable
   *     server
   * @param message one sentence for a physicist
   * @param field the field of the request at fault; null where none is
   */
  public FieldstreamException(GrpcStatus status, String message, @Nullable String field) {
    this(status, message, field, null);
  }

  FieldstreamException(
      GrpcStatus status, String message, @Nullable String field, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.field = field;
  }

  /** The gRPC status. */
  public GrpcStatus status() {
    return status;
  }

  /** The field of the request at fault, for example {@code target.extents}; null where none is. */
  public @Nullable String field() {
    return field;
  }
}
