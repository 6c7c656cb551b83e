# The environment of requirements.lock, for nodes with and without GPUs: PyTorch's packages bring CUDA, the node its driver.
FROM python:3.12-slim
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*  # records name the commit
COPY requirements.lock .
RUN pip install --no-cache-dir --requirement requirements.lock
