package org.fieldstream.server.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.vertx.core.MultiMap;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one mapping from failures to the wire: status code, sentence, and {@code google.rpc.Status}
 * in {@code grpc-status-details-bin} with the reason, the field at fault and when to retry. What is
 * not a {@link ServiceException} is a fault of ours: logged in full, and told without details.
 */
final class StatusMapping {
  private static final Logger LOG = LoggerFactory.getLogger(StatusMapping.class);
  private static final String DOMAIN = "fieldstream";
  private static final String MESSAGE = "grpc-message";
  private static final String DETAILS = "grpc-status-details-bin";

  /** HTTP/2 peers limit header blocks, often to 8 KiB; the sentence travels twice. */
  private static final int LONGEST_SENTENCE = 1500;

  private StatusMapping() {}

  /** The status code of a kind of failure. */
  static GrpcStatus status(ErrorCode code) {
    return switch (code) {
      case BAD_FIELD, BAD_MESSAGE, BAD_RESUME_TOKEN -> GrpcStatus.INVALID_ARGUMENT;
      case UNKNOWN_MODEL, UNKNOWN_ENSEMBLE, UNKNOWN_SERIES, UNKNOWN_SERVICE -> GrpcStatus.NOT_FOUND;
      case MODEL_EXISTS -> GrpcStatus.ALREADY_EXISTS;
      case TRAINING_FAILED -> GrpcStatus.ABORTED;
      case MODEL_CHANGED, MODEL_KEPT, NOT_EXACT, NO_DENSITY, ENSEMBLE_DIFFERS, STORE_UNUSABLE ->
          GrpcStatus.FAILED_PRECONDITION;
      case QUOTA_EXCEEDED -> GrpcStatus.RESOURCE_EXHAUSTED;
      case DEADLINE_PASSED -> GrpcStatus.DEADLINE_EXCEEDED;
      case DRAINING, MACHINE_CHANGED, ENSEMBLE_IN_USE -> GrpcStatus.UNAVAILABLE;
      case METHOD_NOT_OFFERED -> GrpcStatus.UNIMPLEMENTED;
      case DEVICE_FAILED, INTERNAL -> GrpcStatus.INTERNAL;
    };
  }

  /** What a client is told about a failure. */
  static ServiceException told(Throwable failure) {
    if (failure instanceof ServiceException service) {
      return service;
    }
    LOG.error("A call failed", failure);
    return ServiceException.of(
        ErrorCode.INTERNAL, "the server failed; its log has the cause", failure);
  }

  /** Puts a failure into a response that is about to end. */
  static void apply(ServiceException failure, GrpcServerResponse<?, ?> response) {
    String sentence = failure.sentence();
    if (sentence.length() > LONGEST_SENTENCE) {
      sentence = sentence.substring(0, LONGEST_SENTENCE) + "...";
    }
    GrpcStatus status = status(failure.code());
    response.status(status);
    MultiMap trailers = response.trailers();
    // Not through Vert.x, which encodes : and , too: some clients leave those encoded.
    trailers.set(MESSAGE, percentEncoded(sentence));
    trailers.set(
        DETAILS,
        Base64.getEncoder().withoutPadding().encodeToString(details(failure, status, sentence)));
  }

  /** Bytes other than printable ASCII, and %, as %XX ("gRPC over HTTP2", section Responses). */
  static String percentEncoded(String sentence) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : sentence.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b <= '~' && b != '%') {
        encoded.append((char) b);
      } else {
        encoded.append(String.format("%%%02X", b & 0xFF));
      }
    }
    return encoded.toString();
  }

  private static byte[] details(ServiceException failure, GrpcStatus status, String sentence) {
    ErrorInfo.Builder info =
        ErrorInfo.newBuilder().setReason(failure.code().name()).setDomain(DOMAIN);
    Status.Builder details = Status.newBuilder().setCode(status.code).setMessage(sentence);
    if (failure.field() != null) {
      info.putMetadata("field", failure.field());
      details.addDetails(
          Any.pack(
              BadRequest.newBuilder()
                  .addFieldViolations(
                      BadRequest.FieldViolation.newBuilder()
                          .setField(failure.field())
                          .setReason(failure.code().name())
                          .setDescription(sentence))
                  .build()));
    }
    if (failure.retryAfter() != null) {
      details.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(
                      Duration.newBuilder()
                          .setSeconds(failure.retryAfter().getSeconds())
                          .setNanos(failure.retryAfter().getNano()))
                  .build()));
    }
    return details.addDetails(0, Any.pack(info.build())).build().toByteArray();
  }
}
