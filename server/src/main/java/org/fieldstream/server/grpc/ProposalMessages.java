package org.fieldstream.server.grpc;

import com.google.protobuf.ByteString;
import java.util.OptionalDouble;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.session.ClientState;
import org.fieldstream.server.session.Judge;
import org.fieldstream.server.session.ProposalAsk;
import org.fieldstream.server.session.ProposalBatch;
import org.fieldstream.server.session.ProposalPlan;
import org.fieldstream.server.session.ProposalRequest;
import org.fieldstream.server.session.StateDensity;
import org.fieldstream.server.session.StreamPlan;
import org.fieldstream.v1.CurrentState;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.ProposeResponse;

/** The messages of {@code Propose} in the server's own terms, and back. */
final class ProposalMessages {
  private ProposalMessages() {}

  /**
   * Proposals judged, and those of them accepted.
   *
   * @param judged proposals judged so far
   * @param accepted those of them that were accepted
   */
  record Tally(long judged, long accepted) {
    static final Tally NONE = new Tally(0, 0);

    Tally plus(long moreJudged, long moreAccepted) {
      return new Tally(judged + moreJudged, accepted + moreAccepted);
    }
  }

  /**
   * A session as the planner understands it.
   *
   * @throws ServiceException for enum values this server does not know
   */
  static ProposalRequest session(ProposalSession session) {
    return new ProposalRequest(
        session.getModel(),
        session.hasTarget() ? Requests.target(session.getTarget()) : null,
        session.getSeed(),
        session.getFirstIndex(),
        Requests.precision(session.getDtype(), session.getDtypeValue()),
        switch (session.getJudge()) {
          case JUDGE_UNSPECIFIED, JUDGE_CLIENT -> Judge.CLIENT;
          case JUDGE_SERVER -> Judge.SERVER;
          case UNRECOGNIZED ->
              throw bad("judge", session.getJudgeValue(), "JUDGE_CLIENT or JUDGE_SERVER");
        });
  }

  /**
   * An ask as the session understands it.
   *
   * @throws ServiceException naming the field at fault
   */
  static ProposalAsk ask(ProposalPlan plan, org.fieldstream.v1.ProposalAsk ask) {
    long count = Math.max(1, Integer.toUnsignedLong(ask.getCount()));
    if (count > plan.most()) {
      throw bad("ask.count", count, "at most " + plan.most() + ", or 0 for one");
    }
    if (!ask.hasCurrent() && plan.judge() == Judge.SERVER) {
      throw bad("ask.current", "none", "the chain's state, from which the server decides");
    }
    return new ProposalAsk((int) count, ask.hasCurrent() ? state(plan, ask.getCurrent()) : null);
  }

  private static ClientState state(ProposalPlan plan, CurrentState current) {
    ByteString fields = current.getFields();
    if (current.hasAction() && !Double.isFinite(current.getAction())) {
      throw bad("ask.current.action", current.getAction(), "a finite number");
    }
    if (current.hasLogQ() && !Double.isFinite(current.getLogQ())) {
      throw bad("ask.current.log_q", current.getLogQ(), "a finite number");
    }
    if (fields.isEmpty() && !(current.hasAction() && current.hasLogQ())) {
      throw bad("ask.current.fields", "none", "a field, or both action and log_q");
    }
    if (!fields.isEmpty() && fields.size() != plan.fieldBytes()) {
      StreamPlan draws = plan.draws();
      throw bad(
          "ask.current.fields",
          fields.size() + " bytes",
          "%d, one configuration of %d x %s in %s"
              .formatted(
                  plan.fieldBytes(),
                  draws.shape().components(),
                  String.join(
                      " x ", draws.shape().extents().stream().map(String::valueOf).toList()),
                  draws.precision()));
    }
    if (!fields.isEmpty() && !current.hasLogQ() && !plan.hasDensity()) {
      throw ServiceException.field(
          ErrorCode.NO_DENSITY,
          "ask.current.log_q",
          "ask.current.log_q: none (expected: as a response stated it; log q of model "
              + plan.draws().model().id()
              + " cannot be evaluated at a given field)");
    }
    return new ClientState(
        current.hasAction() ? OptionalDouble.of(current.getAction()) : OptionalDouble.empty(),
        current.hasLogQ() ? OptionalDouble.of(current.getLogQ()) : OptionalDouble.empty(),
        fields.asReadOnlyByteBuffer(),
        current.getCrc32C());
  }

  /** An answer, encoded; done on the device's thread. */
  static EncodedBatch answer(ProposalPlan plan, ProposalBatch batch, long charge, Tally tally) {
    StreamPlan draws = plan.draws();
    ProposeResponse.Builder message =
        ProposeResponse.newBuilder()
            .setFirstIndex(batch.firstIndex())
            .setCount(batch.count())
            .addShape(batch.count())
            .addShape(draws.shape().components())
            .addAllShape(draws.shape().extents())
            .setDtype(Requests.dtype(draws.precision()))
            .setModelDigest(draws.digest())
            .setJudgedTotal(tally.judged())
            .setAcceptedTotal(tally.accepted())
            .setCrc32C(batch.crc32c());
    for (int i = 0; i < batch.count(); i++) {
      message.addAction(batch.action()[i]).addLogQ(batch.logDensity()[i]);
    }
    for (boolean accepted : batch.accepted()) {
      message.addAccepted(accepted);
    }
    StateDensity current = batch.current();
    if (current != null) {
      message.getCurrentBuilder().setAction(current.action()).setLogQ(current.logDensity());
    }
    return new EncodedBatch(message.build().toByteArray(), batch.fields(), charge);
  }

  private static ServiceException bad(String field, Object found, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_FIELD, field, field + ": " + found + " (expected: " + expected + ")");
  }
}
