package org.fieldstream.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.fieldstream.client.sdk.FieldstreamClient;
import org.fieldstream.client.sdk.ProposalBatch;
import org.fieldstream.client.sdk.Proposals;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.kernels.machine.VectorMachine;
import org.fieldstream.monitoring.statistics.Estimate;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.SplitShape;
import org.fieldstream.server.testing.PlainHmc;
import org.fieldstream.server.testing.TestServer;
import org.fieldstream.server.theory.Target;
import org.fieldstream.v1.DType;
import org.fieldstream.v1.Judge;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.StateDensity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Own HMC trajectories and proposals of a flow in turns sample exp(-S), whoever decides and however
 * bad the flow is; with a density that is not the state's own they do not.
 */
@Timeout(300)
final class MixingTest {
  private static final int L = 4;
  private static final int V = L * L;
  private static final double M2 = 0.5;
  private static final int CHAINS = 16;
  private static final int THERMAL = 20;
  private static final int STEPS = 300;

  /** A free field, of which everything is known, and a flow that nobody trained for it. */
  private static FlowModel badFlow() {
    Target target = new Target("phi4", List.of(L, L), Map.of("m2", M2, "lambda", 0.0));
    SplitShape shape = SplitShape.parse("1:1,0:2", 2, 2);
    Flow flow = shape.on(Lattice.of(L, L));
    double[] theta = flow.initial(1);
    for (Flow.Tensor tensor : flow.tensors()) {
      for (int i = 0; i < tensor.size(); i++) {
        theta[tensor.offset() + i] += 0.03 * Math.sin(1 + 7 * i + tensor.offset());
      }
    }
    flow.project(theta);
    return new FlowModel("bad", shape, target, theta, "ab".repeat(32), Map.of(), true, 256);
  }

  /** Means over the chains, step by step, of phi^2 per site, S, m^2 and m^4; and the acceptance. */
  private static final class Record {
    private final double[][] series = new double[4][STEPS];
    private double accepted;

    void add(int step, double[] phi, double action, boolean taken) {
      if (step >= 0) {
        double m = Arrays.stream(phi).sum() / V;
        series[0][step] += Arrays.stream(phi).map(x -> x * x).sum() / V / CHAINS;
        series[1][step] += action / CHAINS;
        series[2][step] += m * m / CHAINS;
        series[3][step] += m * m * m * m / CHAINS;
        accepted += taken ? 1.0 / STEPS / CHAINS : 0;
      }
    }

    /** Distance from the free field's values, in sigmas. */
    double[] pulls() {
      double propagators = 0;
      Lattice lattice = Lattice.of(L, L);
      for (int k = 0; k < V; k++) {
        propagators += 1 / (2 * (lattice.khat2(k) + M2));
      }
      double zeroMode = 1 / (2 * M2 * V);
      double[] exact = {propagators / V, V / 2.0, zeroMode, 3 * zeroMode * zeroMode};
      double[] pulls = new double[exact.length];
      for (int o = 0; o < exact.length; o++) {
        Estimate mean = new GammaMethod().mean(series[o]);
        pulls[o] = (mean.mean() - exact[o]) / mean.error();
      }
      return pulls;
    }
  }

  private static ProposalSession.Builder session() {
    return ProposalSession.newBuilder().setModel("bad").setSeed(4).setDtype(DType.DTYPE_FLOAT64);
  }

  @Test
  void mixedChainsAreExactAndAStaleDensityIsNot() {
    try (TestServer server = TestServer.start(MachineLineup.only(new VectorMachine(1)), badFlow());
        FieldstreamClient client =
            FieldstreamClient.connect("127.0.0.1", server.server().grpcPort())) {
      Record byServer = judgedByServer(client);
      Record byClient = judgedByClient(client, false);
      Record wrong = judgedByClient(client, true);
      assertThat(byServer.accepted).isBetween(0.1, 0.5);
      for (Record record : List.of(byServer, byClient)) {
        for (double pull : record.pulls()) {
          assertThat(pull).isBetween(-3.5, 3.5);
        }
      }
      assertThat(Arrays.stream(wrong.pulls()).map(Math::abs).max().orElseThrow()).isGreaterThan(6);
    }
  }

  /** As the SDK's documentation has it, for many chains at once. */
  private static Record judgedByServer(FieldstreamClient client) {
    PlainHmc hmc = new PlainHmc(L, M2, 0, 1);
    Record record = new Record();
    double[][] x = new double[CHAINS][V];
    try (Proposals flow = client.propose(session().setJudge(Judge.JUDGE_SERVER).build())) {
      for (int i = -THERMAL; i < STEPS; i++) {
        List<ProposalBatch> steps = steps(flow, hmc, x);
        for (int c = 0; c < CHAINS; c++) {
          boolean accepted = steps.get(c).accepted()[0];
          if (accepted) {
            x[c] = steps.get(c).field(0);
          }
          record.add(i, x[c], hmc.action(x[c]), accepted);
        }
      }
    }
    return record;
  }

  /** A trajectory and an ask for each chain; x is modified. */
  private static List<ProposalBatch> steps(Proposals flow, PlainHmc hmc, double[][] x) {
    List<CompletableFuture<ProposalBatch>> asked = new ArrayList<>();
    for (int c = 0; c < CHAINS; c++) {
      x[c] = hmc.trajectory(x[c], 3, 0.5);
      asked.add(flow.askAsync(1, flow.state(x[c])));
    }
    return asked.stream().map(CompletableFuture::join).toList();
  }

  /**
   * With the client's own random numbers.
   *
   * @param stale makes the mistake: HMC moved the state, log q is that of the last one accepted
   */
  private static Record judgedByClient(FieldstreamClient client, boolean stale) {
    PlainHmc hmc = new PlainHmc(L, M2, 0, 2);
    Record record = new Record();
    double[][] x = new double[CHAINS][V];
    double[] kept = new double[CHAINS];
    Arrays.fill(kept, Double.NaN);
    try (Proposals flow = client.propose(session().setSeed(5).build())) {
      for (int i = -THERMAL; i < STEPS; i++) {
        List<ProposalBatch> steps = steps(flow, hmc, x);
        for (int c = 0; c < CHAINS; c++) {
          ProposalBatch step = steps.get(c);
          StateDensity now = step.current();
          double logQ = stale && !Double.isNaN(kept[c]) ? kept[c] : now.getLogQ();
          double delta = step.logWeight(0) - (-now.getAction() - logQ);
          boolean accepted = Math.log(1 - hmc.uniform()) < delta;
          flow.judge(step.firstIndex(), accepted);
          if (accepted) {
            x[c] = step.field(0);
            kept[c] = step.logDensity()[0];
          }
          record.add(i, x[c], hmc.action(x[c]), accepted);
        }
      }
    }
    return record;
  }
}
