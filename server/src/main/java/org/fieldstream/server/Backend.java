package org.fieldstream.server;

import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.model.ModelRegistry;
import org.fieldstream.server.theory.TheoryCatalog;

/**
 * What a server serves and what it computes with.
 *
 * @param models the models
 * @param theories the theories
 * @param machine the machine; the server closes it
 */
public record Backend(ModelRegistry models, TheoryCatalog theories, Machine machine) {}
