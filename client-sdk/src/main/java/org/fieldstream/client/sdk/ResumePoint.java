package org.fieldstream.client.sdk;

import com.google.protobuf.ByteString;

/**
 * Where a stream goes on: after all configurations before {@code nextIndex}.
 *
 * @param token the {@code resume_token} of the last batch that was kept; empty for the beginning
 * @param nextIndex stream index of the first configuration wanted, at least 0
 */
public record ResumePoint(ByteString token, long nextIndex) {
  /** The beginning of a stream. */
  public static final ResumePoint START = new ResumePoint(ByteString.EMPTY, 0);

  public ResumePoint {
    if (nextIndex < 0) {
      throw new IllegalArgumentException("nextIndex: " + nextIndex + " (expected: >= 0)");
    }
    if (nextIndex > 0 && token.isEmpty()) {
      throw new IllegalArgumentException(
          "token: empty (expected: the resume token of configuration " + (nextIndex - 1) + ")");
    }
  }
}
