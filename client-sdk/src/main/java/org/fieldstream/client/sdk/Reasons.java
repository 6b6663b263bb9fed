package org.fieldstream.client.sdk;

import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

/** Why a connection failed, in words for a person. */
final class Reasons {
  private Reasons() {}

  static String of(Throwable cause) {
    if (cause instanceof UnknownHostException) {
      return "unknown host";
    }
    if (cause instanceof ConnectException) {
      String message = cause.getMessage();
      return message != null && message.contains("timed out")
          ? "no answer"
          : "connection refused; is the server running?";
    }
    if (cause instanceof TimeoutException) {
      return "no answer";
    }
    if (cause instanceof HttpClosedException) {
      return "connection closed";
    }
    if (cause instanceof StreamResetException) {
      return "stream reset, code " + ((StreamResetException) cause).getCode();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
