# One image for web, worker and beat.
FROM python:3.13-slim-bookworm AS environment
RUN pip install --no-cache-dir "uv>=0.9,<1"
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN UV_COMPILE_BYTECODE=1 uv sync --frozen --no-dev

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tesseract-ocr tesseract-ocr-fra tesseract-ocr-osd \
        poppler-utils libjpeg-turbo-progs ghostscript \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        fonts-dejavu fonts-liberation \
        gettext \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data courrier && install -d -o courrier -g courrier /data
WORKDIR /app
COPY --from=environment /app/.venv /app/.venv
COPY LICENSE manage.py ./
COPY courrier courrier
COPY workflows workflows
COPY ocr ocr
COPY locale locale
RUN msgfmt --check-format -o locale/en/LC_MESSAGES/django.mo locale/en/LC_MESSAGES/django.po
# Tesseract's own threads slow it down where several pages are read at once.
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_THREAD_LIMIT=1 DATA_DIR=/data
USER courrier
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "courrier.wsgi", "--bind", "0.0.0.0:8000"]
