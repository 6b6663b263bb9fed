package org.fieldstream.client.sdk;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import io.vertx.core.MultiMap;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads what the end of a call says: status, sentence and the field at fault. */
final class StatusDetails {
  private static final String DETAILS = "grpc-status-details-bin";

  private StatusDetails() {}

  /**
   * The exception for a call that ended with a status other than OK.
   *
   * @param status the status
   * @param message the status message; null where none came
   * @param trailers trailers of the call
   * @param headers headers of the call, where a response without messages carries its status
   */
  static FieldstreamException exception(
      GrpcStatus status, @Nullable String message, MultiMap trailers, MultiMap headers) {
    String details = trailers.get(DETAILS);
    String field = fieldAtFault(details != null ? details : headers.get(DETAILS));
    String sentence = message == null || message.isBlank() ? "no further explanation" : message;
    return new FieldstreamException(status, sentence, field);
  }

  /** The first {@code BadRequest.FieldViolation.field} of base64 details; null where none is. */
  static @Nullable String fieldAtFault(@Nullable String details) {
    if (details == null) {
      return null;
    }
    try {
      for (Any any : Status.parseFrom(Base64.getDecoder().decode(details)).getDetailsList()) {
        if (any.is(BadRequest.class)) {
          BadRequest badRequest = any.unpack(BadRequest.class);
          if (badRequest.getFieldViolationsCount() > 0) {
            return badRequest.getFieldViolations(0).getField();
          }
        }
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // Details explain an error that is reported anyway; unreadable ones explain nothing.
      return null;
    }
    return null;
  }
}
