package org.fieldstream.server.testing;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.server.generator.BurnIn;
import org.fieldstream.server.generator.diffusion.ScoreFlow;
import org.fieldstream.server.generator.diffusion.ScoreShape;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.theory.Target;

/** A diffusion model of random weights on 4 x 4, for tests of streams. */
public final class SmallDiffusion {
  /** Its id. */
  public static final String ID = "small-diffusion";

  private SmallDiffusion() {}

  /** The model. */
  public static FlowModel model() {
    Lattice lattice = Lattice.of(4, 4);
    ScoreShape shape = ScoreShape.parse("1", 2, 3, 4);
    ScoreFlow flow = new ScoreFlow(lattice, shape);
    double[] theta = flow.initial(1);
    Random random = new Random(2);
    for (int i = flow.parameters().weight(); i < theta.length; i++) {
      theta[i] = 0.05 * random.nextGaussian();
    }
    Target target = new Target("phi4", List.of(4, 4), Map.of("kappa", 0.21, "lambda_h", 0.022));
    return new FlowModel(ID, shape, target, theta, "0".repeat(64), Map.of(), true, BurnIn.LEAST);
  }
}
