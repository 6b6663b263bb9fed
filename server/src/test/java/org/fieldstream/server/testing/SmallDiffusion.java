package org.fieldstream.server.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.generator.diffusion.Phase;
import org.fieldstream.server.generator.diffusion.ScoreFlow;
import org.fieldstream.server.generator.diffusion.ScorePaths;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.theory.Target;

/** Diffusion models of random weights on 4 x 4, for tests of streams. */
public final class SmallDiffusion {
  /** Id of the plain one. */
  public static final String ID = "small-diffusion";

  private SmallDiffusion() {}

  /** The plain one; one of folded fields, {@code -broken}; and annealed samplers of both. */
  public static List<Model> models() {
    List<Model> all = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      FlowModel flow = model(phase);
      all.add(flow);
      all.addAll(ScorePaths.models(flow));
    }
    return all;
  }

  /** The plain one. */
  public static FlowModel model() {
    return model(Phase.SYMMETRIC);
  }

  private static FlowModel model(Phase phase) {
    Lattice lattice = Lattice.of(4, 4);
    ScoreShape shape = ScoreShape.parse("1", 2, 3, 4, phase);
    ScoreFlow flow = new ScoreFlow(lattice, shape);
    double[] theta = flow.initial(1);
    Random random = new Random(2);
    for (int i = flow.parameters().weight(); i < theta.length; i++) {
      theta[i] = 0.05 * random.nextGaussian();
    }
    if (phase == Phase.BROKEN) {
      theta[flow.parameters().mean()] = 2;
    }
    String id = ID + (phase == Phase.BROKEN ? "-broken" : "");
    Map<String, String> facts = Map.of(ScorePaths.BURN_IN, String.valueOf(BurnIn.LEAST));
    Target target = new Target("phi4", List.of(4, 4), Map.of("kappa", 0.21, "lambda_h", 0.022));
    return new FlowModel(id, shape, target, theta, "0".repeat(64), facts, true, BurnIn.LEAST);
  }
}
