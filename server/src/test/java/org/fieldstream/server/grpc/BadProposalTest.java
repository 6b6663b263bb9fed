package org.fieldstream.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.server.testing.AutoregressiveChains;
import org.fieldstream.server.testing.Proposing;
import org.fieldstream.server.testing.StreamClient;
import org.fieldstream.server.testing.StreamClient.Outcome;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.testing.UniformDraws;
import org.fieldstream.v1.CurrentState;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Judge;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.ProposeRequest;
import org.fieldstream.v1.ProposeResponse;
import org.fieldstream.v1.Target;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client of proposals gets wrong is told by status, field and sentence. */
final class BadProposalTest {
  private static TestServer server;
  private static StreamClient client;

  @BeforeAll
  static void start() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(120));
    UniformDraws raw = new UniformDraws("raw", List.of(4, 4), 0.5, 16);
    raw.offer(EnumSet.of(Exactness.RAW));
    UniformDraws oneWay = new UniformDraws("one-way", List.of(4, 4), 0.5, 16);
    oneWay.evaluable(false);
    server =
        TestServer.start(
            new UniformDraws("u-4x4", List.of(4, 4), 0.5, 16),
            raw,
            oneWay,
            new AutoregressiveChains(8, Exactness.METROPOLIS));
    client = server.client();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static ProposalSession.Builder session() {
    return ProposalSession.newBuilder().setModel("u-4x4").setSeed(5).setDtype(DType.DTYPE_FLOAT64);
  }

  private static CurrentState.Builder state() {
    return Proposing.state(new double[16]);
  }

  /**
   * What a client does wrong.
   *
   * @param deed what it sends
   * @param field path of the field at fault
   * @param sentence the whole status message
   */
  record Case(
      String name, Consumer<Proposing> deed, GrpcStatus status, String field, String sentence) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case bad(String name, Consumer<Proposing> deed, String field, String sentence) {
    return new Case(name, deed, GrpcStatus.INVALID_ARGUMENT, field, sentence);
  }

  private static Case state(String name, CurrentState.Builder state, String field, String rest) {
    String path = "ask.current." + field;
    return bad(name, call -> call.open(session()).ask(1, state), path, path + ": " + rest);
  }

  static Stream<Case> sessions() {
    return Stream.of(
        bad(
            "an ask before the session",
            call -> call.ask(1),
            "session",
            "session: none (expected: in the first request)"),
        bad(
            "a verdict before the session",
            call -> call.judge(0, true),
            "session",
            "session: none (expected: in the first request)"),
        bad(
            "two sessions",
            call -> call.open(session()).open(session()),
            "session",
            "session: a second one (expected: one, in the first request)"),
        bad(
            "no step at all",
            call -> call.open(session()).send(ProposeRequest.getDefaultInstance()),
            "step",
            "step: none (expected: session, ask or verdict)"),
        new Case(
            "an unknown model",
            call -> call.open(session().setModel("phi4-9x9")),
            GrpcStatus.NOT_FOUND,
            "session.model",
            "model: \"phi4-9x9\" (expected: one of ar, one-way, raw, u-4x4)"),
        new Case(
            "a chain",
            call -> call.open(session().setModel("ar")),
            GrpcStatus.FAILED_PRECONDITION,
            "session.model",
            "model: ar (expected: one with an exact log q: one-way, u-4x4)"),
        new Case(
            "a model that is not exact",
            call -> call.open(session().setModel("raw")),
            GrpcStatus.FAILED_PRECONDITION,
            "session.model",
            "model: raw (expected: one with an exact log q: one-way, u-4x4)"),
        bad(
            "another lattice",
            call ->
                call.open(
                    session()
                        .setTarget(
                            Target.newBuilder().setTheory("gauss").addExtents(7).addExtents(7))),
            "session.target.extents",
            "extents: [7, 7] (expected: [4, 4])"),
        bad(
            "an index beyond 2^62",
            call -> call.open(session().setFirstIndex(-1)),
            "session.first_index",
            "first_index: 18446744073709551615 (expected: below 2^62)"),
        bad(
            "an unknown number format",
            call -> call.open(session().setDtypeValue(9)),
            "session.dtype",
            "dtype: 9 (expected: FLOAT32 or FLOAT64)"),
        bad(
            "an unknown judge",
            call -> call.open(session().setJudgeValue(9)),
            "session.judge",
            "judge: 9 (expected: JUDGE_CLIENT or JUDGE_SERVER)"));
  }

  static Stream<Case> asks() {
    return Stream.of(
        bad(
            "too many",
            call -> call.open(session()).ask(-1),
            "ask.count",
            "ask.count: 4294967295 (expected: at most 65536, or 0 for one)"),
        bad(
            "no state for the server to judge from",
            call -> call.open(session().setJudge(Judge.JUDGE_SERVER)).ask(1),
            "ask.current",
            "ask.current: none (expected: the chain's state, from which the server decides)"),
        state(
            "an infinite action",
            state().setAction(Double.POSITIVE_INFINITY),
            "action",
            "Infinity (expected: a finite number)"),
        state(
            "log q that is no number",
            CurrentState.newBuilder().setAction(1).setLogQ(Double.NaN),
            "log_q",
            "NaN (expected: a finite number)"),
        state(
            "neither field nor log q",
            CurrentState.newBuilder().setAction(1),
            "fields",
            "none (expected: a field, or both action and log_q)"),
        state(
            "half a field",
            Proposing.state(new double[8]),
            "fields",
            "64 bytes (expected: 128, one configuration of 1 x 4 x 4 in FLOAT64)"),
        state(
            "a damaged field",
            state().setFields(ByteString.copyFrom(new byte[127]).concat(ByteString.fromHex("01"))),
            "crc32c",
            "%08x (expected: %08x, that of the fields received)".formatted(crc(0), crc(1))),
        state(
            "a field that is no number",
            Proposing.state(0, 0, 0, Double.NaN, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            "fields",
            "NaN at value 3 (expected: finite numbers)"),
        state(
            "a field of infinite action",
            Proposing.state(1e200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            "fields",
            "S = Infinity there (expected: a field of finite action)"),
        state(
            "a field without density",
            Proposing.state(3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            "fields",
            "S = 6.75 there, and log q cannot be told (expected: a field that draws come near; or"
                + " log_q, as a response stated it)"),
        state(
            "another action",
            Proposing.state(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).setAction(0.7501),
            "action",
            "0.7501 (expected: 0.75, S of the fields beside it; another convention?)"),
        new Case(
            "a field of a model without density",
            call -> call.open(session().setModel("one-way")).ask(1, state()),
            GrpcStatus.FAILED_PRECONDITION,
            "ask.current.log_q",
            "ask.current.log_q: none (expected: as a response stated it; log q of model one-way"
                + " cannot be evaluated at a given field)"));
  }

  /** CRC-32C of 127 zero bytes and a last one. */
  private static int crc(int last) {
    byte[] bytes = new byte[128];
    bytes[127] = (byte) last;
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static Proposing asked() {
    Proposing call = client.propose().open(session()).ask(5);
    call.answer(0);
    return call;
  }

  private static Case verdict(String name, Consumer<Proposing> deed, String field, String rest) {
    return bad(name, deed, field, field + ": " + rest);
  }

  static Stream<Case> verdicts() {
    String index = "verdict.first_index";
    return Stream.of(
        verdict(
            "of the future",
            call -> call.judge(4, true, true),
            index,
            "4 to 5 (expected: some of 0 to 4)"),
        verdict(
            "of 2^64 - 1",
            call -> call.judge(-1, true),
            index,
            "18446744073709551615 (expected: some of 0 to 4)"),
        verdict(
            "a second time",
            call -> call.judge(1, true, false).judge(0, true, true),
            index,
            "1 again (expected: each proposal judged once)"),
        verdict(
            "on nothing",
            call -> call.judge(0),
            "verdict.accepted",
            "none (expected: at least one verdict)"));
  }

  @ParameterizedTest
  @MethodSource({"sessions", "asks"})
  void isTold(Case bad) {
    assertTold(client.propose(), bad);
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void verdictsAreTold(Case bad) {
    assertTold(asked(), bad);
  }

  @Test
  void verdictsAreNotTheClientsWhereTheServerJudges() {
    Proposing call = client.propose().open(session().setJudge(Judge.JUDGE_SERVER)).ask(2, state());
    call.answer(0);
    assertTold(
        call,
        bad(
            "a verdict",
            c -> c.judge(0, true),
            "verdict",
            "verdict: the client's (expected: none, the session's judge is JUDGE_SERVER)"));
  }

  @Test
  void nothingAtAllIsNoSession() {
    Outcome<ProposeResponse> outcome = client.propose().finish();
    assertThat(outcome.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(outcome.message()).isEqualTo("session: none (expected: in the first request)");
  }

  @Test
  void whatIsNoMessageIsTold() {
    Outcome<?> outcome =
        client.callRaw(
            "fieldstream.v1.SamplerService", "Propose", io.vertx.core.buffer.Buffer.buffer("?!"));
    assertThat(outcome.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(outcome.message()).isEqualTo("request: unreadable (expected: the method's message)");
  }

  private static void assertTold(Proposing call, Case bad) {
    int before = call.received();
    bad.deed().accept(call);
    Outcome<ProposeResponse> outcome = call.end();
    assertThat(outcome.message()).isEqualTo(bad.sentence());
    assertThat(outcome.status()).isEqualTo(bad.status());
    assertThat(outcome.messages()).hasSize(before);
    assertThat(outcome.details()).isNotNull();
    try {
      ErrorInfo info = outcome.details().getDetails(0).unpack(ErrorInfo.class);
      assertThat(info.getMetadataOrThrow("field")).isEqualTo(bad.field());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
