package org.fieldstream.server.testing;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fieldstream.server.generator.flow.Flow;
import org.fieldstream.server.generator.flow.FlowModel;
import org.fieldstream.server.generator.flow.FlowTheory;
import org.fieldstream.server.generator.flow.PlaquetteShape;
import org.fieldstream.server.theory.Target;

/** Plaquette flows that nobody trained: exact all the same, by their weights. */
public final class PlaquetteModels {
  private PlaquetteModels() {}

  /** A small one for one beta. */
  public static FlowModel untrained(String id, int extent0, int extent1, double beta) {
    return untrained(id, extent0, extent1, beta, PlaquetteShape.Range.NONE);
  }

  /** A small one for a range of beta. */
  public static FlowModel untrained(
      String id, int extent0, int extent1, double beta, PlaquetteShape.Range range) {
    PlaquetteShape shape = new PlaquetteShape(3, 4, range);
    Target target = new Target("u1", List.of(extent0, extent1), Map.of("beta", beta));
    Flow flow = shape.on(FlowTheory.of(target));
    double[] theta = flow.initial(1);
    Random random = new Random(2);
    for (int i = 0; i < theta.length; i++) {
      theta[i] += 0.1 * random.nextGaussian();
    }
    return new FlowModel(id, shape, target, theta, "ab".repeat(32), Map.of(), true, 64);
  }
}
