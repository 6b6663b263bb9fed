package org.fieldstream.client.sdk;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import io.vertx.core.MultiMap;
import io.vertx.grpc.common.GrpcStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads what the end of a call says: status, sentence and the field at fault. */
final class StatusDetails {
  private static final String MESSAGE = "grpc-message";
  private static final String DETAILS = "grpc-status-details-bin";

  private StatusDetails() {}

  /**
   * The exception for a call that ended with a status other than OK.
   *
   * <p>The sentence is read here because Vert.x 5.0.7 looks for it in the headers only, where a
   * call that ends after messages has none, and turns each + into a blank.
   *
   * @param status the status
   * @param trailers trailers of the call
   * @param headers headers of the call, which carry the status of a call without messages
   */
  static FieldstreamException exception(GrpcStatus status, MultiMap trailers, MultiMap headers) {
    String sentence = either(MESSAGE, trailers, headers);
    return new FieldstreamException(
        status,
        sentence == null || sentence.isBlank() ? "no further explanation" : decoded(sentence),
        fieldAtFault(either(DETAILS, trailers, headers)));
  }

  private static @Nullable String either(String name, MultiMap trailers, MultiMap headers) {
    String value = trailers.get(name);
    return value != null ? value : headers.get(name);
  }

  /**
   * Undoes the percent-encoding of {@code grpc-message} ("gRPC over HTTP2", section Responses);
   * what is not well encoded stays as it is.
   */
  static String decoded(String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (bytes[i] == '%' && high >= 0 && low >= 0) {
        plain.write(16 * high + low);
        i += 2;
      } else {
        plain.write(bytes[i]);
      }
    }
    return plain.toString(StandardCharsets.UTF_8);
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
