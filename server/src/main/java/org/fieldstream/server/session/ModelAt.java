package org.fieldstream.server.session;

import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.Target;

/**
 * A model at a target: what is loaded on a machine.
 *
 * @param model model id
 * @param digest digest of the model
 * @param target resolved target
 */
record ModelAt(String model, String digest, Target target) {
  static ModelAt of(Model model, Target target) {
    return new ModelAt(model.id(), model.digest(), target);
  }
}
