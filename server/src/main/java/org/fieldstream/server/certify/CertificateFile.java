package org.fieldstream.server.certify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** {@code certificate.json}. */
public final class CertificateFile {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private CertificateFile() {}

  /** The file's text. */
  public static String write(Certificate certificate) {
    try {
      return JSON.writeValueAsString(certificate) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("certificate: cannot be written", e);
    }
  }

  /**
   * The certificate in a file's text.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Certificate read(String text) {
    try {
      return JSON.readValue(text, Certificate.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "certificate.json: %s (expected: what certify writes; certify again)"
              .formatted(e.getOriginalMessage()),
          e);
    }
  }
}
