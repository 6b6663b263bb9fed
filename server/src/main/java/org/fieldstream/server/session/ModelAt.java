package org.fieldstream.server.session;

import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;

/**
 * A model at a target: what is loaded on a machine.
 *
 * @param model model id
 * @param digest digest of the model
 * @param target resolved target
 * @param denoising whether draws come with their way out of noise: another program on the machine
 */
record ModelAt(String model, String digest, Target target, boolean denoising) {
  static ModelAt of(Model model, Target target) {
    return of(model, target, WatchedLevels.NONE);
  }

  static ModelAt of(Model model, Target target, WatchedLevels levels) {
    return new ModelAt(model.id(), model.digest(), target, !levels.isEmpty());
  }
}
