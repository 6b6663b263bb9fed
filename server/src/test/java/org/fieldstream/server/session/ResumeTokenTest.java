package org.fieldstream.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Exactness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A token says where its stream stands, and only what its stream can have said. */
final class ResumeTokenTest {
  private static final int BURN_IN = 256;
  private static final StreamBinding BINDING =
      new StreamBinding(1, 2, 3, 4, Exactness.METROPOLIS, MachineKind.VECTOR);

  @ParameterizedTest
  @CsvSource({
    "1, 0, 256",
    "10, 9, 256",
    "10, 4611686018427387904, 256",
    "10, 4611686018427388159, 256",
    "4611686018427387904, 4611686018427387903, 256",
    "10, 0, 0"
  })
  void whatWasSaidIsRead(long next, long accepted, int burnIn) {
    ResumeToken token = new ResumeToken(BINDING, next, accepted);
    assertThat(ResumeToken.decode(token.encode(), BINDING, burnIn)).isEqualTo(token);
  }

  @ParameterizedTest
  @CsvSource({
    // The configuration to come, and others never sent.
    "10, 10, 256",
    "10, 4611686018427387903, 256",
    "10, -1, 256",
    "10, -9223372036854775808, 256",
    // Beyond the burn-in.
    "10, 4611686018427388160, 256",
    "10, 9223372036854775807, 256",
    // Of a stream that has no chain.
    "10, 9, 0",
    "10, 4611686018427387904, 0"
  })
  void aStateTheChainCannotBeInIsRefused(long next, long accepted, int burnIn) {
    byte[] token = new ResumeToken(BINDING, next, accepted).encode();
    assertThatThrownBy(() -> ResumeToken.decode(token, BINDING, burnIn))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.field()).isEqualTo("resume_token"))
        .hasMessage(
            "resume_token: standing at draw "
                + accepted
                + " before configuration "
                + next
                + " (expected: the bytes of the last response unchanged)");
  }

  @ParameterizedTest
  @CsvSource({"-1", "4611686018427387905"})
  void anIndexOutOfRangeIsRefused(long next) {
    byte[] token = new ResumeToken(BINDING, next, 0).encode();
    assertThatThrownBy(() -> ResumeToken.decode(token, BINDING, BURN_IN))
        .isInstanceOf(ServiceException.class)
        .hasMessage("resume_token: index " + next + " (expected: 0 to 2^62)");
  }
}
